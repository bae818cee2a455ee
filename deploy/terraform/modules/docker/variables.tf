variable "name" {
  description = "Prefix of the container's name. One release serves one Twingate network."
  type        = string
  default     = "baton-twingate"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$", var.name))
    error_message = "name must be 1 to 40 lower-case letters, digits and dashes, and begin with a letter."
  }
}

variable "labels" {
  description = "Labels of the container, next to the module's own."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setintersection(keys(var.labels), ["baton-twingate.name", "baton-twingate.api-key-revision"])) == 0
    error_message = "labels must not hold baton-twingate.name or baton-twingate.api-key-revision: the module sets them."
  }
}

variable "image" {
  description = "Image of the connector, with a digest or with a tag other than latest."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image)) || (can(regex("^[^@\\s]+:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", var.image)) && !endswith(var.image, ":latest"))
    error_message = "image needs a digest (@sha256:…) or a tag other than latest, so that a restart does not change the version."
  }
}

variable "twingate_network" {
  description = "Name of the Twingate network, `acme` for acme.twingate.com."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]*$", var.twingate_network))
    error_message = "twingate_network is the name alone, in lower case: acme, not acme.twingate.com or an address."
  }
}

variable "client_id" {
  description = "Client id of the connector's credential. Another id writes a new file and makes a new container."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[^@\\s]+@[^/\\s]+/", var.client_id))
    error_message = "client_id has the form name@tenant.conductor.one/…; take it from the registration module."
  }
}

variable "client_secret" {
  description = "Client secret of the connector's credential. It is written to a file in the run that brings a new client_id and is never in the state; in later runs it may be empty."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = var.client_secret == null || var.client_secret == "" || can(regex("^[^:]+:[^:]+:v1:[A-Za-z0-9_-]+$", var.client_secret))
    error_message = "client_secret has four parts between colons, the third of them v1; take it from the registration module."
  }
}

variable "client_secret_available" {
  description = "Whether client_secret is filled in this run. With `false` a new file is refused rather than written empty; a file that is there stays as it is."
  type        = bool
  default     = true
  nullable    = false
}

variable "twingate_api_key" {
  description = "API key of the Twingate admin console. Written to a file at first and when twingate_api_key_revision is raised; never in the state. Needed unless existing_secrets_directory is set."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = var.existing_secrets_directory != null || try(length(trimspace(var.twingate_api_key)) > 0, false)
    error_message = "twingate_api_key is needed, an API key from the admin console of Twingate; or set existing_secrets_directory."
  }
}

variable "twingate_api_key_revision" {
  description = "Raise it by 1 to hand over a new twingate_api_key; it is not sent otherwise."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.twingate_api_key_revision >= 1 && floor(var.twingate_api_key_revision) == var.twingate_api_key_revision
    error_message = "twingate_api_key_revision must be a whole number, 1 or more."
  }
}

variable "secrets_directory" {
  description = "Folder for the two secret files, on the machine that runs both Terraform and Docker. It is made for its owner alone; the files in it are mounted one by one."
  type        = string
  default     = "/var/lib/baton-twingate-secrets"
  nullable    = false

  validation {
    condition     = can(regex("^/[^\\s'\"]*[^\\s'\"/]$", var.secrets_directory))
    error_message = "secrets_directory must be an absolute path without spaces and quotes."
  }
}

variable "existing_secrets_directory" {
  description = "Folder on the Docker host with the files `client-secret` and `twingate-api-key`, written elsewhere and readable for uid 65532. The module writes none then, and neither client_secret nor twingate_api_key is used."
  type        = string
  default     = null

  validation {
    condition     = var.existing_secrets_directory == null || can(regex("^/", var.existing_secrets_directory))
    error_message = "existing_secrets_directory must be an absolute path."
  }
}

variable "provisioning" {
  description = "Let ConductorOne grant and revoke access. The Twingate API key then needs the permission Read & Write; without it Read is enough."
  type        = bool
  default     = false
  nullable    = false
}

variable "log_level" {
  description = "Least level that is logged: `debug`, `info`, `warn` or `error`."
  type        = string
  default     = "info"
  nullable    = false

  validation {
    condition     = contains(["debug", "info", "warn", "error"], var.log_level)
    error_message = "log_level must be debug, info, warn or error."
  }
}

variable "extra_env" {
  description = "More environment variables of the connector, for example HTTPS_PROXY. No secrets: they are in the state and in `docker inspect`."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.extra_env) : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", name))])
    error_message = "extra_env must hold names of environment variables."
  }
  validation {
    condition     = length(setintersection(keys(var.extra_env), ["BATON_CLIENT_ID", "BATON_CLIENT_SECRET", "BATON_CLIENT_SECRET_FILE", "BATON_API_KEY", "BATON_API_KEY_FILE", "BATON_DOMAIN", "BATON_HOST_ID", "BATON_STATE_DIR", "BATON_HEALTH_CHECK", "BATON_HEALTH_CHECK_PORT", "BATON_PROVISIONING", "BATON_LOG_LEVEL", "BATON_C1_API_HOST", "BATON_SHUTDOWN_GRACE"])) == 0
    error_message = "extra_env must not hold secrets or what the module sets itself; use the module's variables."
  }
}

variable "c1_api_host" {
  description = "Host of the ConductorOne API, with a port if it is not 443. Leave it out unless you were told to set it: it follows from the client id."
  type        = string
  default     = null

  validation {
    condition     = var.c1_api_host == null || can(regex("^[A-Za-z0-9.-]+(:[0-9]{1,5})?$", var.c1_api_host))
    error_message = "c1_api_host is a host, with a port if needed: no scheme and no path."
  }
}

variable "memory_mb" {
  description = "Most memory of the container, in MB. Its state is in memory too: working files of a running sync and results not delivered yet."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.memory_mb >= 320 && floor(var.memory_mb) == var.memory_mb
    error_message = "memory_mb must be a whole number, 320 or more."
  }
}

variable "state_size_mb" {
  description = "Room for the state, in MB and out of memory_mb. 256 is enough for a network of 10,000 users; see the README for a larger one."
  type        = number
  default     = 256
  nullable    = false

  validation {
    condition     = var.state_size_mb >= 64 && floor(var.state_size_mb) == var.state_size_mb
    error_message = "state_size_mb must be a whole number, 64 or more."
  }
  validation {
    condition     = var.state_size_mb <= var.memory_mb - 256
    error_message = "state_size_mb must leave 256 of memory_mb to the program itself."
  }
}

variable "network_mode" {
  description = "Docker network of the container. It needs to reach ConductorOne and Twingate on port 443, and nothing needs to reach it."
  type        = string
  default     = "bridge"
  nullable    = false

  validation {
    condition     = length(trimspace(var.network_mode)) > 0
    error_message = "network_mode must not be empty."
  }
}

variable "health_port" {
  description = "Port of the health check, within the container only."
  type        = number
  default     = 8081
  nullable    = false

  validation {
    condition     = var.health_port >= 1024 && var.health_port <= 65535 && floor(var.health_port) == var.health_port
    error_message = "health_port must be a whole number from 1024 to 65535."
  }
}
