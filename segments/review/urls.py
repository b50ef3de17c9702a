from django.urls import path

from . import views

app_name = "reviews"
urlpatterns = [
    path("", views.review_list, name="list"),
    path("new/<str:slug>/<int:number>/", views.review_new, name="new"),
    path("answers/<str:slug>/<int:number>/", views.answers, name="answers"),
    path("files/<int:pk>/", views.attachment, name="file"),
    path("<int:pk>/", views.review, name="review"),
    path("<int:pk>/live/", views.live, name="live"),
    path("<int:pk>/say/", views.say, name="say"),
    path("<int:pk>/decide/", views.decide, name="decide"),
    path("<int:pk>/owner/", views.owner, name="owner"),
    path("<int:pk>/comments/<int:remark_pk>/", views.remark, name="remark"),
]
