# What a first attempt looks like: every reference goes to the app, owners are a list, the secret is an output.
terraform {
  required_providers {
    conductorone = {
      source = "conductorone/conductorone"
    }
  }
}

variable "app_name" {
  type    = string
  default = "Twingate"
}

variable "cloud_hosted" {
  type    = bool
  default = false
}

variable "user_ids" {
  type    = list(string)
  default = null
}

resource "conductorone_app" "this" {
  display_name = var.app_name
}

resource "conductorone_integration_baton" "this" {
  count = var.cloud_hosted ? 0 : 1

  app_id   = conductorone_app.this.id
  user_ids = var.user_ids
}

resource "conductorone_integration_twingate" "this" {
  count = var.cloud_hosted ? 1 : 0

  app_id          = conductorone_app.this.id
  user_ids        = var.user_ids
  twingate_domain = "acme"
  twingate_apikey = "key"
}

resource "conductorone_connector_credential" "this" {
  count = var.cloud_hosted ? 0 : 1

  app_id       = conductorone_app.this.id
  connector_id = conductorone_integration_baton.this[0].id
}

output "client_secret" {
  value     = one(conductorone_connector_credential.this[*].client_secret)
  sensitive = true
}
