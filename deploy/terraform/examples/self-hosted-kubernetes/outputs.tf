output "app_id" {
  description = "Id of the app in ConductorOne; the governance example asks for it."
  value       = module.registration.app_id
}

output "connector_id" {
  description = "Id of the connector in ConductorOne."
  value       = module.registration.connector_id
}

output "client_id" {
  description = "Client id that the connector uses."
  value       = module.registration.client_id
}

output "deployment_name" {
  description = "Name of the deployment."
  value       = module.connector.deployment_name
}
