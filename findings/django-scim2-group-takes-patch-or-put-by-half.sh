#!/usr/bin/env bash
# Surprise: a group's name changes by PUT alone, and its members by PATCH alone. A PATCH of displayName is 501 though the server says that it
# supports PATCH, and a PUT with members is 200 and leaves the members as they were. RFC 7644 §3.5.1 lets PUT replace all that is readWrite.
# Versions: django-scim2 0.23.0 with its default adapters, Django 5.2.19.
# Expected: PATCH and PUT each change both. A client that uses only PUT after a 501 never fills a group, although it gets a status of 200.
# Source: seen by running.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"; python3 -m venv v
./v/bin/pip -q install --disable-pip-version-check django-scim2==0.23.0 Django==5.2.19 scim2-filter-parser==0.7.0
cat > people.py <<'PY'
import json
import sys
import django
from django.apps import AppConfig
from django.conf import settings

sys.modules["people"] = sys.modules[__name__]


class People(AppConfig):
    name = "people"

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
        self.models_module = sys.modules[__name__]


def signed_in(answer):
    def middleware(request):
        request.user = "somebody"
        return answer(request)

    return middleware


def always(user):
    return True


settings.configure(
    ALLOWED_HOSTS=["*"],
    AUTH_USER_MODEL="people.Person",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "people.People", "django_scim"],
    LOGGING_CONFIG=None,
    MIDDLEWARE=["people.signed_in"],
    ROOT_URLCONF="people",
    SCIM_SERVICE_PROVIDER={
        "AUTHENTICATION_SCHEMES": [{"type": "oauthbearertoken", "name": "Bearer", "description": "a token"}],
        "GET_IS_AUTHENTICATED_PREDICATE": "people.always",
        "GROUP_MODEL": "people.Team",
        "NETLOC": "localhost",
    },
)
django.setup()
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [path("scim/v2/", include("django_scim.urls", namespace="scim"))]
call_command("migrate", run_syncdb=True, verbosity=0)


def send(method, where, body):
    return Client().generic(method, f"/scim/v2{where}", json.dumps(body), content_type="application/scim+json")


GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
user = send("POST", "/Users", {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ann"}).json()["id"]
group = send("POST", "/Groups", {"schemas": [GROUP], "displayName": "old"}).json()["id"]
operation = {"op": "replace", "path": "displayName", "value": "new"}
renamed = send("PATCH", f"/Groups/{group}", {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]})
put = send("PUT", f"/Groups/{group}", {"schemas": [GROUP], "displayName": "new", "members": [{"value": user}]})
print(f"PATCH displayName {renamed.status_code}; PUT {put.status_code}, {put.json()['displayName']}, {len(put.json()['members'])} members")
PY
seen=$(./v/bin/python people.py 2>/dev/null); echo "$seen"
[ "$seen" = "PATCH displayName 501; PUT 200, new, 0 members" ] || { echo "CHANGED: expected PATCH displayName 501; PUT 200, new, 0 members"; exit 1; }
