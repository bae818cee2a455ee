output "access_profile_id" {
  description = "Id of the access profile."
  value       = conductorone_access_profile.twingate.id
}

output "entitlement_ids" {
  description = "Ids of the groups' entitlements, by the names of groups."
  value       = local.ids

  precondition {
    condition     = length(local.ids) == length(var.groups)
    error_message = "Not exactly one entitlement of the app has the name of: ${join(", ", [for name, hits in local.found : "${var.groups[name].entitlement} (${length(hits)} found)" if length(hits) != 1])}. Names are those ConductorOne shows; they are there after the first sync."
  }
}
