variable "app_name" {
  description = "Display name of the app in ConductorOne."
  type        = string
  default     = "Twingate"
  nullable    = false
}

variable "twingate_network" {
  description = "Name of the Twingate network, `acme` for acme.twingate.com."
  type        = string
  nullable    = false
}

variable "twingate_api_key" {
  description = "API key of the Twingate admin console. It is kept in the state in clear text: encrypt the state, and let few read it."
  type        = string
  nullable    = false
  sensitive   = true
}

variable "owner_user_ids" {
  description = "Ids of ConductorOne users who own the connector."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "owner_role_slug" {
  description = "Role in which owner_user_ids own the connector. Needed with owner_user_ids."
  type        = string
  default     = null
}
