output "container_name" {
  description = "Name of the container: name and a suffix that changes with the container."
  value       = docker_container.connector.name
}

output "client_secret_file" {
  description = "File on the host that holds the client secret."
  value       = local.client_secret_file
}

output "twingate_api_key_file" {
  description = "File on the host that holds the Twingate API key."
  value       = local.twingate_api_key_file
}
