import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cdp.settings.local")
_django = get_wsgi_application()

# Its models can be imported only now.
from cdp import pinyin  # noqa: E402
from cdp.live.front import fronted  # noqa: E402

application = fronted(_django)
# Pages sort and find by it, and nobody's first one shall wait for its dictionaries.
pinyin.initials("")
