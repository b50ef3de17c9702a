import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cdp.settings.local")
_django = get_wsgi_application()

# Its models can be imported only now.
from cdp.live.front import fronted  # noqa: E402

application = fronted(_django)
