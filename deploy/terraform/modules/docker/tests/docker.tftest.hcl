mock_provider "docker" {}

# Plans only: an apply would write the secret files of this machine.
variables {
  image            = "registry.example/baton-twingate:1.0.0"
  twingate_network = "acme"
  client_id        = "name@acme.conductor.one/ccc"
  client_secret    = "secret-token:conductorone.com:v1:abc"
  twingate_api_key = "key"
}

run "a_container_without_rights" {
  command = plan
  assert {
    condition     = docker_container.connector.read_only && docker_container.connector.user == "65532:65532" && contains(docker_container.connector.security_opts, "no-new-privileges:true") && contains(one(docker_container.connector.capabilities).drop, "ALL")
    error_message = "the container has no root, no writable root file system and no capabilities"
  }
  assert {
    condition     = alltrue([for mount in docker_container.connector.mounts : mount.read_only])
    error_message = "secret files are mounted for reading"
  }
  assert {
    condition     = alltrue([for pair in docker_container.connector.env : !strcontains(pair, "secret-token") && !strcontains(pair, "=key")])
    error_message = "no secret is in the environment"
  }
  assert {
    condition     = contains(docker_container.connector.env, "BATON_HOST_ID=${docker_container.connector.name}")
    error_message = "each container has a host id of its own"
  }
}

run "room_for_a_large_network" {
  command = plan
  variables {
    state_size_mb = 1100
    memory_mb     = 1600
  }
  assert {
    condition     = strcontains(docker_container.connector.tmpfs["/var/lib/baton"], "size=1100m") && docker_container.connector.memory == 1600
    error_message = "the state has the room that was asked for"
  }
}

run "a_state_that_leaves_no_memory_is_refused" {
  command = plan
  variables {
    state_size_mb = 400
  }
  expect_failures = [var.state_size_mb]
}

run "a_state_without_room_is_refused" {
  command = plan
  variables {
    state_size_mb = 1
  }
  expect_failures = [var.state_size_mb]
}

run "secrets_written_elsewhere" {
  command = plan
  variables {
    existing_secrets_directory = "/srv/secrets"
    client_secret              = null
    twingate_api_key           = null
  }
  assert {
    condition     = length(terraform_data.client_secret) == 0 && length(terraform_data.twingate_api_key) == 0 && output.client_secret_file == "/srv/secrets/client-secret"
    error_message = "no file is written, and the given ones are used"
  }
}

run "the_latest_image_is_refused" {
  command = plan
  variables {
    image = "registry.example/baton-twingate:latest"
  }
  expect_failures = [var.image]
}

run "no_twingate_key_is_refused" {
  command = plan
  variables {
    twingate_api_key = ""
  }
  expect_failures = [var.twingate_api_key]
}

run "a_secret_of_another_form_is_refused" {
  command = plan
  variables {
    client_secret = "not-a-client-secret"
  }
  expect_failures = [var.client_secret]
}

run "an_empty_new_secret_is_refused" {
  command = plan
  variables {
    client_secret           = ""
    client_secret_available = false
  }
  expect_failures = [terraform_data.client_secret]
}

run "wrong_values_are_refused" {
  command = plan
  variables {
    name                      = "Baton"
    labels                    = { "baton-twingate.name" = "x" }
    twingate_network          = "acme.twingate.com"
    client_id                 = "no-host"
    twingate_api_key_revision = 0
    secrets_directory         = "relative"
    log_level                 = "loud"
    extra_env                 = { BATON_API_KEY = "key" }
    c1_api_host               = "https://acme.conductor.one"
    memory_mb                 = 1
    network_mode              = " "
    health_port               = 80
  }
  expect_failures = [
    var.name, var.labels, var.twingate_network, var.client_id, var.twingate_api_key_revision, var.secrets_directory,
    var.log_level, var.extra_env, var.c1_api_host, var.memory_mb, var.network_mode, var.health_port,
  ]
}

run "a_relative_folder_of_secrets_is_refused" {
  command = plan
  variables {
    existing_secrets_directory = "secrets"
  }
  expect_failures = [var.existing_secrets_directory]
}
