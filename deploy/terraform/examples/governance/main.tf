# A root of its own: the entitlements are there only after the first sync, and a look-up next to what it depends on
# would not know them while planning.
provider "conductorone" {}

# All at once rather than one by one: a look-up of one takes the first of several hits in silence.
data "conductorone_app_entitlements" "twingate" {
  app_ids   = [var.app_id]
  page_size = 100
}

locals {
  entitlements = [for item in data.conductorone_app_entitlements.twingate.list : item.app_entitlement]

  found = {
    for name, group in var.groups : name => [for one in local.entitlements : one.id if one.display_name == group.entitlement]
  }
  ids = { for name, hits in local.found : name => one(hits) if length(hits) == 1 }
}

resource "conductorone_policy" "grant" {
  display_name = "${var.profile_name}: the manager approves"
  policy_type  = "POLICY_TYPE_GRANT"

  # The platform wants the key "grant" for a policy of this type; no plan tells.
  policy_steps = {
    grant = {
      steps = [
        {
          approval = {
            manager = {
              fallback          = true
              fallback_user_ids = var.approver_user_ids
            }
          }
        },
        { provision = { assigned = true } },
      ]
    }
  }
}

resource "conductorone_app_entitlement" "group" {
  for_each = local.ids

  app_id          = var.app_id
  id              = each.value
  grant_policy_id = conductorone_policy.grant.id

  # Exactly one of the two.
  duration_grant = var.groups[each.key].duration == null ? null : "${tonumber(trimsuffix(var.groups[each.key].duration, "h")) * 3600}s"
  duration_unset = var.groups[each.key].duration == null ? {} : null

  override_access_requests_defaults = true
}

resource "conductorone_access_profile" "twingate" {
  display_name        = var.profile_name
  description         = "Groups of Twingate that can be requested"
  published           = true
  visible_to_everyone = true
}

# In one order: the platform keeps a list.
resource "conductorone_access_profile_requestable_entries" "twingate" {
  catalog_id = conductorone_access_profile.twingate.id

  app_entitlements = [
    for name in sort(keys(local.ids)) : { app_id = var.app_id, id = conductorone_app_entitlement.group[name].id }
  ]
}
