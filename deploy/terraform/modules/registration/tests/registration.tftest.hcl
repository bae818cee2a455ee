mock_provider "conductorone" {}

run "self_hosted_is_the_default" {
  assert {
    condition     = length(conductorone_integration_baton.this) == 1 && length(conductorone_integration_twingate.this) == 0
    error_message = "self_hosted registers the connector that runs outside, and no other"
  }
  assert {
    condition     = keys(conductorone_connector_credential.this) == ["1"]
    error_message = "the first generation is the only credential"
  }
  assert {
    condition     = conductorone_connector_credential.this["1"].connector_id == conductorone_integration_baton.this[0].id && conductorone_connector_credential.this["1"].app_id == conductorone_app.this[0].id
    error_message = "the credential belongs to the connector in the app"
  }
  assert {
    condition     = output.client_id == conductorone_connector_credential.this["1"].client_id && output.credential_id == conductorone_connector_credential.this["1"].id
    error_message = "the outputs tell the current credential"
  }
}

run "two_generations_while_the_previous_is_kept" {
  variables {
    credential_generation    = 3
    keep_previous_credential = true
  }
  assert {
    condition     = keys(conductorone_connector_credential.this) == ["2", "3"] && output.credential_id == conductorone_connector_credential.this["3"].id
    error_message = "generations 2 and 3 live, and 3 is the current one"
  }
}

run "no_generation_before_the_first" {
  variables {
    keep_previous_credential = true
  }
  assert {
    condition     = keys(conductorone_connector_credential.this) == ["1"]
    error_message = "there is no generation 0"
  }
}

run "an_existing_app" {
  variables {
    app_id = "app-mine"
  }
  # A state of its own: a connector of an earlier run would refuse to move.
  state_key = "existing"
  assert {
    condition     = length(conductorone_app.this) == 0 && output.app_id == "app-mine"
    error_message = "the connector goes into the given app, and none is made"
  }
}

run "one_resource_for_each_owner" {
  variables {
    owner_user_ids  = ["ada", "grace"]
    owner_role_slug = "owner"
  }
  assert {
    condition     = keys(conductorone_connector_owner_user.this) == ["ada", "grace"]
    error_message = "owners are single resources"
  }
}

run "cloud_hosted" {
  variables {
    mode             = "cloud_hosted"
    twingate_network = "acme"
    twingate_api_key = "key"
  }
  state_key = "cloud"
  assert {
    condition     = length(conductorone_integration_twingate.this) == 1 && length(conductorone_integration_baton.this) == 0 && length(conductorone_connector_credential.this) == 0
    error_message = "cloud_hosted registers the connector that ConductorOne runs, and makes no credential"
  }
  assert {
    condition     = output.client_id == null && output.credential_id == null && output.client_secret == null
    error_message = "there is no credential to tell"
  }
}

run "cloud_hosted_without_a_key_is_refused" {
  command = plan
  variables {
    mode             = "cloud_hosted"
    twingate_network = "acme"
  }
  expect_failures = [var.twingate_api_key]
}

run "cloud_hosted_without_a_network_is_refused" {
  command = plan
  variables {
    mode             = "cloud_hosted"
    twingate_api_key = "key"
  }
  expect_failures = [var.twingate_network]
}

run "a_key_in_self_hosted_mode_is_refused" {
  command = plan
  variables {
    twingate_api_key = "key"
  }
  expect_failures = [var.twingate_api_key]
}

run "a_full_host_name_is_refused" {
  command = plan
  variables {
    mode             = "cloud_hosted"
    twingate_network = "acme.twingate.com"
    twingate_api_key = "key"
  }
  expect_failures = [var.twingate_network]
}

run "another_mode_is_refused" {
  command = plan
  variables {
    mode = "hybrid"
  }
  expect_failures = [var.mode]
}

run "a_generation_that_is_no_whole_number_is_refused" {
  command = plan
  variables {
    credential_generation = 1.5
  }
  expect_failures = [var.credential_generation]
}

run "generation_zero_is_refused" {
  command = plan
  variables {
    credential_generation = 0
  }
  expect_failures = [var.credential_generation]
}

run "owners_without_a_role_are_refused" {
  command = plan
  variables {
    owner_user_ids = ["ada"]
  }
  expect_failures = [var.owner_role_slug]
}

run "empty_texts_are_refused" {
  command = plan
  variables {
    app_id          = " "
    app_name        = " "
    app_description = " "
    owner_user_ids  = [" "]
    owner_role_slug = "owner"
  }
  expect_failures = [var.app_id, var.app_name, var.app_description, var.owner_user_ids]
}
