# CONDUCTORONE_CLIENT_ID and CONDUCTORONE_CLIENT_SECRET tell which tenant, and who is asking.
provider "conductorone" {}

# KUBE_CONFIG_PATH and KUBE_CTX tell which cluster.
provider "kubernetes" {}

module "registration" {
  source = "../../modules/registration"

  app_name                 = var.app_name
  credential_generation    = var.credential_generation
  keep_previous_credential = var.keep_previous_credential
}

module "connector" {
  source = "../../modules/kubernetes"

  namespace        = var.namespace
  image            = var.image
  twingate_network = var.twingate_network
  provisioning     = var.provisioning

  client_id     = module.registration.client_id
  client_secret = module.registration.client_secret
  # Only the run that makes a credential knows its secret.
  client_secret_available = nonsensitive(try(length(module.registration.client_secret), 0) > 0)

  twingate_api_key          = var.twingate_api_key
  twingate_api_key_revision = var.twingate_api_key_revision
}
