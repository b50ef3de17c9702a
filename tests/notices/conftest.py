import pytest
from django.contrib.auth.models import Permission

from cdp.notices.chats import Wish, chat_create
from cdp.notices.models import NoticeKind
from cdp.notices.services import notices_send
from tests.clock import Clock
from tests.notices.post_office import PostOffice
from tests.segments.activation.receiver import Receiver

TAKEN = b'{"errcode":0,"errmsg":"ok","code":0,"msg":"success"}'


@pytest.fixture
def cast(django_user_model):
    """Mei owns the tag; Yue and Heng are colleagues, Yue under a Chinese name; Old has left."""
    names = {"mei": "", "yue": "林悦", "heng": "周衡", "old": "旧人"}
    make = django_user_model.objects.create_user
    made = {
        name: make(name, f"{name}@example.com", is_staff=True, first_name=called) for name, called in names.items()
    }
    made["mei"].user_permissions.add(Permission.objects.get(codename="edit_tags"))
    made["old"].is_active = False
    made["old"].save()
    return made


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def robot(settings):
    """A platform of chats on this machine."""
    settings.CDP_WEBHOOK_PRIVATE, settings.CDP_URL = True, "https://quanxi.example.com"
    receiver = Receiver(says=[TAKEN])
    server = receiver.start()
    yield receiver
    server.shutdown()
    server.server_close()


@pytest.fixture
def post(settings):
    """A mail server on this machine, that the product knows of."""
    office = PostOffice()
    server = office.start()
    settings.CDP_MAIL = {"EMAIL_HOST": "127.0.0.1"}
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    settings.CDP_URL, settings.DEFAULT_FROM_EMAIL = "https://quanxi.example.com", "Quanxi <quanxi@example.com>"
    yield office
    server.shutdown()
    server.server_close()


@pytest.fixture
def chat_in(robot, analyst):
    """A group's chat on that platform, told of everything a group may hear."""

    def make(channel, **more):
        wish = {"name": "Data team", "kinds": ["run", "approval"], "language": "en", "address": robot.url, **more}
        return chat_create(wish=Wish(channel=channel, **wish), actor=analyst)

    return make


@pytest.fixture
def tell(django_capture_on_commit_callbacks):
    """Tell people and groups of something, and let the worker do what it is asked to."""

    def run(people=(), kind=NoticeKind.APPROVAL, **more):
        words = {"who": "Yue", "name": {"en": "Region", "zh-hans": "地区"}, "words": "Why?"}
        given = {"text": "%(who)s wrote about %(name)s: %(words)s", "url": "/tags/region/", "params": words}
        with django_capture_on_commit_callbacks(execute=True):
            notices_send(people=[one.pk for one in people], kind=kind, **(given | more))

    return run
