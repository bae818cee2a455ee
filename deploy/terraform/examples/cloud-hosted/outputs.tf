output "app_id" {
  description = "Id of the app in ConductorOne; the governance example asks for it."
  value       = module.registration.app_id
}

output "connector_id" {
  description = "Id of the connector in ConductorOne."
  value       = module.registration.connector_id
}
