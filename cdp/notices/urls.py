from django.urls import path

from . import chat_views, views

app_name = "notices"
urlpatterns = [
    path("", views.notice_list, name="list"),
    path("bell/", views.bell, name="bell"),
    path("latest/", views.latest, name="latest"),
    path("read/", views.mark_all, name="mark-all"),
    path("choices/", chat_views.choices, name="choices"),
    path("choices/test/", chat_views.mail_test, name="mail-test"),
    path("chats/", chat_views.chat_list, name="chats"),
    path("chats/new/", chat_views.new, name="chat-new"),
    path("chats/<int:pk>/", chat_views.chat, name="chat"),
    path("chats/<int:pk>/edit/", chat_views.edit, name="chat-edit"),
    path("chats/<int:pk>/test/", chat_views.test, name="chat-test"),
    path("chats/<int:pk>/switch/", chat_views.switch, name="chat-switch"),
    path("chats/<int:pk>/delete/", chat_views.delete, name="chat-delete"),
    path("<int:pk>/", views.opened, name="open"),
    path("<int:pk>/mark/", views.mark, name="mark"),
]
