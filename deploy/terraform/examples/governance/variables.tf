variable "app_id" {
  description = "Id of the app that holds the Twingate connector: output app_id of the root that registered it."
  type        = string
  nullable    = false

  validation {
    condition     = length(trimspace(var.app_id)) > 0
    error_message = "app_id must not be empty."
  }
}

variable "groups" {
  description = "Groups of Twingate that can be requested, by a name of your choice: the display name of the entitlement in ConductorOne, and how long access lasts (`8h`, or null for no end)."
  type = map(object({
    entitlement = string
    duration    = optional(string)
  }))
  nullable = false

  validation {
    condition     = length(var.groups) > 0
    error_message = "groups must hold at least one group."
  }
  validation {
    condition     = alltrue([for group in values(var.groups) : group.duration == null || can(regex("^[1-9][0-9]*h$", group.duration))])
    error_message = "duration must be whole hours, for example 8h."
  }
}

variable "approver_user_ids" {
  description = "Ids of users who approve where the requester has no manager."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.approver_user_ids) > 0
    error_message = "approver_user_ids must hold at least one user, or requests of people without a manager wait for ever."
  }
}

variable "profile_name" {
  description = "Display name of the access profile that offers the groups."
  type        = string
  default     = "Twingate"
  nullable    = false
}
