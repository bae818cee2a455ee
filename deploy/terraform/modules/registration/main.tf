locals {
  self_hosted = var.mode == "self_hosted"

  # Not known while the app is being edited. Whatever hangs on the connector takes the app from the connector instead.
  wanted_app_id = var.app_id != null ? var.app_id : one(conductorone_app.this[*].id)

  # Single attributes: a list of whole connectors would make the ids as sensitive as the API key among them.
  app_id       = one(concat(conductorone_integration_baton.this[*].app_id, conductorone_integration_twingate.this[*].app_id))
  connector_id = one(concat(conductorone_integration_baton.this[*].id, conductorone_integration_twingate.this[*].id))

  kept_generations = var.keep_previous_credential ? [var.credential_generation, var.credential_generation - 1] : [var.credential_generation]
  generations      = local.self_hosted ? [for generation in local.kept_generations : tostring(generation) if generation >= 1] : []
  current          = tostring(var.credential_generation)
}

resource "conductorone_app" "this" {
  count = var.app_id == null ? 1 : 0

  display_name = var.app_name
  description  = var.app_description
}

resource "conductorone_integration_baton" "this" {
  count = local.self_hosted ? 1 : 0

  app_id = local.wanted_app_id

  # An edited app has an unknown id, and an unknown id would replace the connector.
  lifecycle {
    ignore_changes = [app_id]
  }
}

resource "conductorone_integration_twingate" "this" {
  count = local.self_hosted ? 0 : 1

  app_id          = local.wanted_app_id
  twingate_domain = var.twingate_network
  twingate_apikey = var.twingate_api_key

  lifecycle {
    ignore_changes = [app_id]
  }
}

# One for each generation: a credential that could not be made stays wanted until it is there.
resource "conductorone_connector_credential" "this" {
  for_each = toset(local.generations)

  app_id       = local.app_id
  connector_id = local.connector_id

  # First the new one, then its consumers, last the old one's end.
  lifecycle {
    create_before_destroy = true
  }
}

# Something in here that uses the current credential: with it the old one outlives a new one that could not be made,
# whatever the caller does with the outputs.
resource "terraform_data" "current_credential" {
  count = local.self_hosted ? 1 : 0

  input = conductorone_connector_credential.this[local.current].id
}

# One for each owner. The connector's own list of users cannot be changed without replacing the credential.
resource "conductorone_connector_owner_user" "this" {
  for_each = var.owner_user_ids

  app_id       = local.app_id
  connector_id = local.connector_id
  role_slug    = var.owner_role_slug
  user_ref_id  = each.value
}
