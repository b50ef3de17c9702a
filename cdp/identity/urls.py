from django.urls import path

from . import review_views, value_views, views

urlpatterns = [
    path("customers/", views.customers, name="customers"),
    path("customers/rules/", value_views.rules, name="value-rules"),
    path("customers/rules/set/", value_views.rules_set, name="value-rules-set"),
    path("customers/<int:pk>/values/", value_views.values, name="customer-values"),
    path("customers/<int:pk>/values/set/", value_views.value_set, name="customer-value-set"),
    path("customers/reviews/", review_views.reviews, name="reviews"),
    path("customers/reviews/match/", review_views.match, name="reviews-match"),
    path("customers/reviews/above/", review_views.above, name="reviews-above"),
    path("customers/reviews/<int:pk>/", review_views.review, name="review"),
    path("customers/reviews/<int:pk>/decide/", review_views.decide, name="review-decide"),
    path("customers/reviews/<int:pk>/skip/", review_views.skip, name="review-skip"),
    path("customers/reviews/<int:pk>/undo/", review_views.undo, name="review-undo"),
    path("customers/merges/<int:pk>/undo/", review_views.unmerge, name="merge-undo"),
]
