output "app_id" {
  description = "Id of the app that holds the connector."
  value       = local.app_id

  precondition {
    condition     = local.app_id == local.wanted_app_id
    error_message = "The connector sits in another app, and a connector cannot move. To make a new one in the wanted app, apply with -replace on the integration; to stay, set app_id back."
  }
}

output "connector_id" {
  description = "Id of the connector."
  value       = local.connector_id
}

output "client_id" {
  description = "Client id of the current credential, for the connector. Null in cloud_hosted mode."
  value       = try(conductorone_connector_credential.this[local.current].client_id, null)
}

output "credential_id" {
  description = "Id of the current credential. Null in cloud_hosted mode."
  value       = try(conductorone_connector_credential.this[local.current].id, null)
}

output "client_secret" {
  description = "Client secret of the current credential. Filled only in the run that makes the credential, so hand it over in that run; do not make it an output of a root module."
  value       = try(conductorone_connector_credential.this[local.current].client_secret, null)
  sensitive   = true
}
