#!/usr/bin/env bash
# Surprise: adding a member that a group has already makes it a member twice where the two differ in a descriptive sub-attribute such as
# display. RFC 7644 §3.5.2.1 lets a server treat adding an existing value as a no-op, and a member's identity is its value; these two compare
# whole objects (scim-patch) or do not compare at all (scimmy).
# Versions: scim-patch 0.8.3, scimmy 1.3.5.
# Expected: one member. A client must therefore read the group first and add only ids that are missing.
# Source: seen by running.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"; npm init -y >/dev/null
npm i --no-audit --no-fund --silent --save-exact scim-patch@0.8.3 scimmy@1.3.5 >/dev/null
cat > try.mjs <<'JS'
import { scimPatch } from 'scim-patch'
import SCIMMY from 'scimmy'
const group = () => ({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], id: 'g1', displayName: 'Staff', members: [{ value: 'u1', display: 'Ann' }] })
const operation = { op: 'add', path: 'members', value: [{ value: 'u1' }] }
const byPatch = scimPatch(structuredClone(group()), [operation]).members.length
const message = new SCIMMY.Messages.PatchOp({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] })
const byScimmy = (await message.apply(new SCIMMY.Schemas.Group(group())))?.members.length
console.log(`scim-patch ${byPatch}, scimmy ${byScimmy}`)
JS
seen=$(node try.mjs); echo "members after adding u1 to a group that has u1: $seen"
[ "$seen" = "scim-patch 2, scimmy 2" ] || { echo "CHANGED: expected scim-patch 2, scimmy 2"; exit 1; }
