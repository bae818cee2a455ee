import type { Action, ActionField } from '../../contract/provisioner.ts'
import type { TypedMessage } from '../../service/baton-service.ts'

/** `c1.connector.v2.BatonActionSchema`. */
export const actionSchema = (action: Action): TypedMessage['value'] => ({
  name: action.name,
  display_name: action.displayName,
  description: action.description,
  action_type: action.types,
  arguments: action.fields.map(argument),
})

/** The empty `string_field` is what makes it a text. */
const argument = ({ name, displayName, description, required }: ActionField): TypedMessage['value'] => ({
  name,
  display_name: displayName,
  description,
  is_required: required,
  string_field: {},
})
