#!/usr/bin/env bash
# Surprise: a group that was made with the id of a user shows that member by the user's userName, in `value` and in `$ref`. The id that the server
# itself gave the user stands nowhere in the group. RFC 7643 §4.2 has the id in `value`. At the creation the id alone is not enough, either: each
# member has to have a `$ref`.
# Versions: Canaille 0.3.6, its memory backend, scim2-models 0.6.12 (the oldest that it admits).
# Expected: what was sent as `value` comes back as `value`. A client that compares ids does not recognise the member, and adds the user again and again.
# Source: seen by running.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"; python3 -m venv v
./v/bin/pip -q install --disable-pip-version-check 'canaille[server,front,oidc,scim]==0.3.6' scim2-models==0.6.12 scim2-client==0.7.5
cat > ask.py <<'PY'
import datetime

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend

app = create_app({
    "SECRET_KEY": "not a secret: this server lives for a second",
    "SERVER_NAME": "localhost",
    "TESTING": True,
    "CANAILLE": {"DATABASE": "memory"},
    "CANAILLE_OIDC": {},
    "CANAILLE_SCIM": {"ENABLE_SERVER": True},
})
with app.app_context():
    client = models.Client(client_id="sync", client_name="sync", client_secret="sync", client_uri="http://localhost")
    Backend.instance.save(client)
    issued = datetime.datetime.now(datetime.timezone.utc)
    Backend.instance.save(models.Token(
        token_id="one", access_token="one", client=client, type="access_token", scope=["openid"], issue_date=issued, lifetime=3600))

core = "urn:ietf:params:scim:schemas:core:2.0:"
headers = {"Authorization": "Bearer one", "Content-Type": "application/scim+json"}
with app.test_client() as web:
    user = web.post("/scim/v2/Users", headers=headers, json={
        "schemas": [core + "User"], "userName": "ada", "active": True, "groups": [],
        "name": {"formatted": "Ada Okafor", "familyName": "Okafor"}, "emails": [{"value": "ada@acme.example"}]}).get_json()

    def make(member):
        return web.post("/scim/v2/Groups", headers=headers, json={
            "schemas": [core + "Group"], "displayName": "ops", "members": [member]})

    refused = make({"value": user["id"]})
    group = make({"value": user["id"], "display": "Ada", "$ref": user["meta"]["location"]}).get_json()
    shown = web.get("/scim/v2/Groups/" + group["id"], headers=headers).get_json()["members"][0]["value"]
    print("a member without $ref:", refused.status_code)
    print("sent as value:", "the id" if user["id"] != "ada" else "the userName")
    print("shown as value:", {"ada": "the userName", user["id"]: "the id"}.get(shown, shown))
PY
./v/bin/python ask.py 2> errors | tee seen || { cat errors >&2; exit 1; }
expected='a member without $ref: 400
sent as value: the id
shown as value: the userName'
[ "$(cat seen)" = "$expected" ] || { echo "CHANGED: members are shown otherwise by now"; exit 1; }
