"""django-scim2-server with its default adapters in a bare Django project. TOKEN and DATABASE come from the environment."""

import os
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings

# Django imports the urls and the check by the name of their module, which is this file.
sys.modules["django_server"] = sys.modules[__name__]

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["DATABASE"],
            "OPTIONS": {"timeout": 20},
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django_scim2_server"],
    LOGGING_CONFIG=None,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    ROOT_URLCONF="django_server",
    SCIM2_SERVER_AUTH_CHECK="django_server.has_token",
    SECRET_KEY="a key of a test server that holds invented people",
    USE_TZ=True,
)


def has_token(request):
    return request.headers.get("Authorization") == f"Bearer {os.environ['TOKEN']}"


django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [path("scim/v2/", include("django_scim2_server.urls"))]


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class QuietHandler(WSGIRequestHandler):
    def log_request(self, *args):
        pass


call_command("migrate", verbosity=0)
with make_server("127.0.0.1", 0, get_wsgi_application(), Server, QuietHandler) as server:
    print(f"SCIM on http://127.0.0.1:{server.server_port}/scim/v2", flush=True)
    server.serve_forever()
