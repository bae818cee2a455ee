variable "mode" {
  description = "Who runs the connector: `self_hosted` (you run baton-twingate, and a credential is made for it) or `cloud_hosted` (ConductorOne runs its own Twingate connector)."
  type        = string
  default     = "self_hosted"
  nullable    = false

  validation {
    condition     = contains(["self_hosted", "cloud_hosted"], var.mode)
    error_message = "mode must be self_hosted or cloud_hosted."
  }
}

variable "app_id" {
  description = "Id of an existing app of ConductorOne to put the connector in. Without it an app is created. A connector cannot move: see the README to change it later."
  type        = string
  default     = null

  validation {
    condition     = var.app_id == null || try(length(trimspace(var.app_id)) > 0, false)
    error_message = "app_id must not be empty; leave it out to create an app."
  }
}

variable "app_name" {
  description = "Display name of the app that is created; not used with app_id. A new name changes the app in place."
  type        = string
  default     = "Twingate"
  nullable    = false

  validation {
    condition     = length(trimspace(var.app_name)) > 0
    error_message = "app_name must not be empty."
  }
}

variable "app_description" {
  description = "Description of the app that is created; not used with app_id. Once set, ConductorOne keeps the last text when this is taken out again."
  type        = string
  default     = null

  validation {
    condition     = var.app_description == null || try(length(trimspace(var.app_description)) > 0, false)
    error_message = "app_description must not be empty; leave it out instead."
  }
}

variable "twingate_network" {
  description = "Name of the Twingate network, `acme` for acme.twingate.com. Needed by cloud_hosted; self_hosted does not use it."
  type        = string
  default     = null

  validation {
    condition     = var.twingate_network == null || can(regex("^[a-z0-9][a-z0-9-]*$", var.twingate_network))
    error_message = "twingate_network is the name alone, in lower case: acme, not acme.twingate.com or an address."
  }
  validation {
    condition     = var.mode != "cloud_hosted" || var.twingate_network != null
    error_message = "cloud_hosted needs twingate_network, the name of the Twingate network."
  }
}

variable "twingate_api_key" {
  description = "API key of the Twingate admin console, for cloud_hosted only. It is kept in the state in clear text, and a key changed elsewhere is not noticed. In self_hosted mode the key goes to the connector and never here."
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = var.mode != "cloud_hosted" || try(length(trimspace(var.twingate_api_key)) > 0, false)
    error_message = "cloud_hosted needs twingate_api_key, an API key from the admin console of Twingate."
  }
  validation {
    condition     = var.mode != "self_hosted" || var.twingate_api_key == null
    error_message = "self_hosted must not have twingate_api_key: give the key to the connector, so that it stays out of this state."
  }
}

variable "credential_generation" {
  description = "Number of the connector's credential. Raise it by 1 to rotate: a new credential is made, handed over, and then the old one is revoked."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.credential_generation >= 1 && floor(var.credential_generation) == var.credential_generation
    error_message = "credential_generation must be a whole number, 1 or more."
  }
}

variable "keep_previous_credential" {
  description = "Keep the credential of the generation before valid as well. Set it together with a raised credential_generation, and unset it in a later apply, for a rotation without any gap."
  type        = bool
  default     = false
  nullable    = false
}

variable "owner_user_ids" {
  description = "Ids of ConductorOne users who own the connector, next to whoever created it."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.owner_user_ids : try(length(trimspace(id)) > 0, false)])
    error_message = "owner_user_ids must hold no empty id."
  }
}

variable "owner_role_slug" {
  description = "Role in which owner_user_ids own the connector, as ConductorOne names it. Needed with owner_user_ids."
  type        = string
  default     = null

  validation {
    condition     = length(var.owner_user_ids) == 0 || try(length(trimspace(var.owner_role_slug)) > 0, false)
    error_message = "owner_user_ids needs owner_role_slug, the role of the owners."
  }
}
