variable "name" {
  description = "Name of the deployment and prefix of all other names. One release serves one Twingate network."
  type        = string
  default     = "baton-twingate"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$", var.name))
    error_message = "name must be 1 to 40 lower-case letters, digits and dashes, and begin with a letter."
  }
}

variable "namespace" {
  description = "Namespace of all objects. It must exist."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.namespace))
    error_message = "namespace must be the name of a Kubernetes namespace."
  }
}

variable "labels" {
  description = "Labels of all objects, next to the module's own."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setintersection(keys(var.labels), ["app.kubernetes.io/name", "app.kubernetes.io/instance"])) == 0
    error_message = "labels must not hold app.kubernetes.io/name or app.kubernetes.io/instance: the module sets them."
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

variable "image_pull_policy" {
  description = "When the image is pulled: `IfNotPresent`, `Always` or `Never`."
  type        = string
  default     = "IfNotPresent"
  nullable    = false

  validation {
    condition     = contains(["IfNotPresent", "Always", "Never"], var.image_pull_policy)
    error_message = "image_pull_policy must be IfNotPresent, Always or Never."
  }
}

variable "image_pull_secrets" {
  description = "Names of the Secrets to pull the image with."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.image_pull_secrets : can(regex("^[a-z0-9][a-z0-9.-]*$", name))])
    error_message = "image_pull_secrets must hold names of Secrets."
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
  description = "Client id of the connector's credential. Another id makes a new Secret and new pods."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[^@\\s]+@[^/\\s]+/", var.client_id))
    error_message = "client_id has the form name@tenant.conductor.one/…; take it from the registration module."
  }
}

variable "client_secret" {
  description = "Client secret of the connector's credential. It is written when the Secret is made and is never in the state; in later runs it may be empty."
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
  description = "Whether client_secret is filled in this run. With `false` a new Secret is refused rather than made empty; a Secret that is there stays as it is."
  type        = bool
  default     = true
  nullable    = false
}

variable "twingate_api_key" {
  description = "API key of the Twingate admin console. Written when its Secret is made or twingate_api_key_revision is raised; never in the state. Needed unless existing_secret_name is set."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = var.existing_secret_name != null || try(length(trimspace(var.twingate_api_key)) > 0, false)
    error_message = "twingate_api_key is needed, an API key from the admin console of Twingate; or set existing_secret_name."
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

variable "existing_secret_name" {
  description = "Name of a Secret made elsewhere, with the keys `client-secret` and `twingate-api-key`. The module makes none then, and neither client_secret nor twingate_api_key is used."
  type        = string
  default     = null

  validation {
    condition     = var.existing_secret_name == null || can(regex("^[a-z0-9][a-z0-9.-]*$", var.existing_secret_name))
    error_message = "existing_secret_name must be the name of a Secret."
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
  description = "More environment variables of the connector, for example HTTPS_PROXY. No secrets: they are in the state and in the pod's description."
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

variable "replicas" {
  description = "Number of pods. They share one credential, and ConductorOne gives each task to one of them; one is enough for most."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.replicas >= 0 && var.replicas <= 10 && floor(var.replicas) == var.replicas
    error_message = "replicas must be a whole number from 0 to 10."
  }
}

variable "resources" {
  description = "Resource requests and limits of the container. With another memory limit set NODE_OPTIONS in extra_env: the heap is held to 384 MB."
  type = object({
    requests = optional(map(string), { cpu = "50m", memory = "192Mi" })
    limits   = optional(map(string), { memory = "512Mi" })
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for kind in concat(keys(var.resources.requests), keys(var.resources.limits)) : contains(["cpu", "memory", "ephemeral-storage"], kind)])
    error_message = "resources may hold cpu, memory and ephemeral-storage."
  }
}

variable "state_size_limit" {
  description = "Most that the pod may keep on disk: working files of a running sync and results not delivered yet."
  type        = string
  default     = "2Gi"
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]+(Mi|Gi)$", var.state_size_limit))
    error_message = "state_size_limit must be a size in Mi or Gi, for example 1Gi."
  }
}

variable "node_selector" {
  description = "Labels of the nodes that may run the pods."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.node_selector) : can(regex("^([a-z0-9.-]+/)?[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$", name))])
    error_message = "node_selector must hold names of labels."
  }
}

variable "tolerations" {
  description = "Taints of nodes that the pods tolerate."
  type = list(object({
    key      = optional(string)
    operator = optional(string, "Equal")
    value    = optional(string)
    effect   = optional(string)
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for toleration in var.tolerations : contains(["Equal", "Exists"], toleration.operator)])
    error_message = "The operator of a toleration must be Equal or Exists."
  }
}

variable "health_port" {
  description = "Port of the health check, within the pod only."
  type        = number
  default     = 8081
  nullable    = false

  validation {
    condition     = var.health_port >= 1024 && var.health_port <= 65535 && floor(var.health_port) == var.health_port
    error_message = "health_port must be a whole number from 1024 to 65535."
  }
}

variable "network_policy" {
  description = "Make a NetworkPolicy: nothing comes in, and only DNS and egress_ports go out."
  type        = bool
  default     = true
  nullable    = false
}

variable "egress_ports" {
  description = "TCP ports that the NetworkPolicy lets out: 443 for ConductorOne and Twingate; add that of a proxy."
  type        = set(number)
  default     = [443]
  nullable    = false

  validation {
    condition     = length(var.egress_ports) > 0 && alltrue([for port in var.egress_ports : port >= 1 && port <= 65535])
    error_message = "egress_ports must hold at least one port from 1 to 65535."
  }
}
