export { browserFolder, projectFolder, stackFolder } from "./layout.ts";
export { serverVariables } from "./servers/choose-servers.ts";
export { nativeProgram } from "./servers/native.ts";
export { type ServiceName, serviceNames } from "./services.ts";
export { type Stack, type StackOptions, type StackUrls, startStack } from "./stack.ts";
export { StackError } from "./stack-error.ts";
export { type ProcessRecord, readEnvironment, readState, type StackState } from "./state.ts";
