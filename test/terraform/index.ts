/** The door of the stand-ins for Terraform's providers: what tests outside this folder usually need. */
export { expectEmptyPlan, inOneLine, outputsOf } from './plan-verdict.ts'
export { runTerraform, terraformMissing } from './run-terraform.ts'
export { applySelfHosted } from './self-hosted.ts'
export { type Stage, stage } from './stage.ts'
