# CONDUCTORONE_CLIENT_ID and CONDUCTORONE_CLIENT_SECRET tell which tenant, and who is asking.
provider "conductorone" {}

module "registration" {
  source = "../../modules/registration"

  mode             = "cloud_hosted"
  app_name         = var.app_name
  twingate_network = var.twingate_network
  twingate_api_key = var.twingate_api_key
  owner_user_ids   = var.owner_user_ids
  owner_role_slug  = var.owner_role_slug
}
