variable "app_name" {
  description = "Display name of the app in ConductorOne."
  type        = string
  default     = "Twingate"
  nullable    = false
}

variable "namespace" {
  description = "Namespace that the connector runs in. It must exist."
  type        = string
  default     = "baton-twingate"
  nullable    = false
}

variable "image" {
  description = "Image of the connector, with a digest or with a tag other than latest."
  type        = string
  nullable    = false
}

variable "twingate_network" {
  description = "Name of the Twingate network, `acme` for acme.twingate.com."
  type        = string
  nullable    = false
}

variable "twingate_api_key" {
  description = "API key of the Twingate admin console. Set TF_VAR_twingate_api_key in the environment; it is not kept in plan or state."
  type        = string
  nullable    = false
  sensitive   = true
  ephemeral   = true
}

variable "twingate_api_key_revision" {
  description = "Raise it by 1 together with a new twingate_api_key."
  type        = number
  default     = 1
  nullable    = false
}

variable "credential_generation" {
  description = "Raise it by 1 to rotate the connector's credential."
  type        = number
  default     = 1
  nullable    = false
}

variable "keep_previous_credential" {
  description = "Keep the credential before valid as well, for the apply that rotates."
  type        = bool
  default     = false
  nullable    = false
}

variable "provisioning" {
  description = "Let ConductorOne grant and revoke access."
  type        = bool
  default     = false
  nullable    = false
}
