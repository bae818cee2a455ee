# Every input of the module, and the outputs that a root may show.
terraform {
  required_providers {
    conductorone = {
      source = "conductorone/conductorone"
    }
  }
}

provider "conductorone" {}

variable "mode" {
  type    = string
  default = "self_hosted"
}

variable "app_id" {
  type    = string
  default = null
}

variable "app_name" {
  type    = string
  default = "Twingate"
}

variable "app_description" {
  type    = string
  default = null
}

variable "twingate_network" {
  type    = string
  default = null
}

variable "twingate_api_key" {
  type      = string
  default   = null
  sensitive = true
}

variable "credential_generation" {
  type    = number
  default = 1
}

variable "keep_previous_credential" {
  type    = bool
  default = false
}

variable "owner_user_ids" {
  type    = set(string)
  default = []
}

variable "owner_role_slug" {
  type    = string
  default = null
}

module "registration" {
  source = "../../modules/registration"

  mode                     = var.mode
  app_id                   = var.app_id
  app_name                 = var.app_name
  app_description          = var.app_description
  twingate_network         = var.twingate_network
  twingate_api_key         = var.twingate_api_key
  credential_generation    = var.credential_generation
  keep_previous_credential = var.keep_previous_credential
  owner_user_ids           = var.owner_user_ids
  owner_role_slug          = var.owner_role_slug
}

output "app_id" {
  value = module.registration.app_id
}

output "connector_id" {
  value = module.registration.connector_id
}

output "client_id" {
  value = module.registration.client_id
}

output "credential_id" {
  value = module.registration.credential_id
}
