import { randomUUID } from "node:crypto";
import { read, write } from "../../operation";
import { SERVICE_LINKED_ROLES, serviceLinkedRole } from "../../policy/service-linked-roles";
import { required, string, structure } from "../../validation/shape";
import { invalidInput, noSuchEntity } from "./errors";
import { findRole, isServiceLinked, roleView } from "./roles";
import * as shape from "./shapes";

export const CreateServiceLinkedRole = write(
  structure({
    AWSServiceName: required(string({ min: 1, max: 128, pattern: /^[\w+=,.@-]+$/ })),
    Description: shape.description,
    CustomSuffix: string({ min: 1, max: 64, pattern: /^[\w+=,.@-]+$/ }),
  }),
  (input, context) => {
    const service = input.AWSServiceName;
    const name = Object.hasOwn(SERVICE_LINKED_ROLES, service) ? SERVICE_LINKED_ROLES[service] : undefined;
    if (name === undefined)
      throw invalidInput(`Service principal ${service} has no service-linked role in this emulator.`);
    // None of these services lets its role have a suffix.
    if (input.CustomSuffix !== undefined) throw invalidInput(`Custom suffix is not allowed for ${service}`);
    const { roles } = context.cloud.store.global(context.account);
    if (roles.has(name)) {
      throw invalidInput(`Service role name ${name} has been taken in this account, please try a different suffix.`);
    }
    const role = serviceLinkedRole(context.account, service, name, context.cloud.clock.now());
    role.description = input.Description;
    roles.set(name, role);
    return { Role: roleView(role) };
  },
);

export const DeleteServiceLinkedRole = write(shape.roleOnly, (input, context) => {
  const role = findRole(input, context);
  if (!isServiceLinked(role)) throw noSuchEntity(`The role ${role.name} is not a service-linked role.`);
  // AWS fails the deletion later if rules still need the role. Here it is deleted at once, because nothing in this
  // emulator waits for it.
  context.cloud.store.global(context.account).roles.delete(role.name);
  return { DeletionTaskId: `task${role.path}${role.name}/${randomUUID()}` };
});

export const GetServiceLinkedRoleDeletionStatus = read(
  structure({ DeletionTaskId: required(string({ min: 1, max: 1000 })) }),
  () => ({ Status: "SUCCEEDED" }),
);
