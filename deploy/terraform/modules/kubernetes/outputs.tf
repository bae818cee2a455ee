output "deployment_name" {
  description = "Name of the deployment."
  value       = kubernetes_deployment_v1.connector.metadata[0].name
}

output "namespace" {
  description = "Namespace of all objects."
  value       = var.namespace
}

output "client_secret_name" {
  description = "Name of the Secret that holds the client secret."
  value       = local.client_secret_name
}

output "twingate_api_key_secret_name" {
  description = "Name of the Secret that holds the Twingate API key."
  value       = local.twingate_api_key_name
}
