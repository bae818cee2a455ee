"""django-scim2 with its default adapters in a bare Django project. TOKEN and DATABASE come from the environment."""

import os
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.apps import AppConfig
from django.conf import settings

# Django imports the app, the urls and the middleware by the name of their module, which is this file.
sys.modules["django_scim2_target"] = sys.modules[__name__]


class People(AppConfig):
    name = "django_scim2_target"
    label = "people"

    def import_models(self):
        from django.contrib.auth.models import AbstractUser
        from django.db import models
        from django_scim.models import AbstractSCIMGroupMixin, AbstractSCIMUserMixin

        class Team(AbstractSCIMGroupMixin):
            name = models.CharField(max_length=254, unique=True)

            class Meta:
                app_label = "people"

        class Person(AbstractSCIMUserMixin, AbstractUser):
            scim_groups = models.ManyToManyField(Team, related_name="user_set")

            class Meta:
                app_label = "people"

        globals()["Team"] = Team
        super().import_models()
        # Tables are made for apps whose models have a module.
        self.models_module = sys.modules[__name__]


class Bearer:
    def __init__(self, answer):
        self.answer = answer

    def __call__(self, request):
        from django.http import HttpResponse

        if request.headers.get("Authorization") != f"Bearer {os.environ['TOKEN']}":
            return HttpResponse(status=401)
        request.user = "the provisioning service"
        return self.answer(request)


def is_known(user):
    return bool(user)


settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    AUTH_USER_MODEL="people.Person",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["DATABASE"],
            "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"},
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django_scim2_target.People",
        "django_scim",
    ],
    LOGGING_CONFIG=None,
    MIDDLEWARE=["django_scim2_target.Bearer"],
    ROOT_URLCONF="django_scim2_target",
    SCIM_SERVICE_PROVIDER={
        "AUTHENTICATION_SCHEMES": [
            {"type": "oauthbearertoken", "name": "Bearer", "description": "a token"}
        ],
        "GET_IS_AUTHENTICATED_PREDICATE": "django_scim2_target.is_known",
        "GROUP_MODEL": "django_scim2_target.Team",
        # Part of the addresses in answers, where nobody looks for a port.
        "NETLOC": "127.0.0.1",
        "SCHEME": "http",
    },
    SECRET_KEY="a key of a test server that holds invented people",
    USE_TZ=True,
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [path("scim/v2/", include("django_scim.urls", namespace="scim"))]


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class QuietHandler(WSGIRequestHandler):
    def log_request(self, *args):
        pass


call_command("migrate", run_syncdb=True, verbosity=0)
with make_server("127.0.0.1", 0, get_wsgi_application(), Server, QuietHandler) as server:
    print(f"SCIM on http://127.0.0.1:{server.server_port}/scim/v2", flush=True)
    server.serve_forever()
