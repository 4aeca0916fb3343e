import featuresPb from "@eventstore/db-client/generated/serverfeatures_pb.js";
import type { handleUnaryCall, ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";

const { SupportedMethod, SupportedMethods } = featuresPb;

/** The version of EventStoreDB whose behaviour is followed. Clients turn features on by it. */
const EVENTSTOREDB_VERSION = "24.10.0";

export interface Offer {
  readonly service: ServiceDefinition;
  readonly methods: UntypedServiceImplementation;
  readonly features?: readonly string[];
}

/** Tells clients what they may call; what is not named here they do not try, or try in an older way. */
export function getSupportedMethods(offers: readonly Offer[]): handleUnaryCall<unknown, featuresPb.SupportedMethods> {
  const methods = offers.flatMap(({ service, methods, features = [] }) =>
    Object.keys(methods).map((name) => {
      const [, serviceName = "", methodName = ""] = service[name]?.path.toLowerCase().split("/") ?? [];
      return new SupportedMethod()
        .setServiceName(serviceName)
        .setMethodName(methodName)
        .setFeaturesList([...features]);
    }),
  );
  const response = new SupportedMethods().setMethodsList(methods).setEventStoreServerVersion(EVENTSTOREDB_VERSION);
  return (_, callback) => callback(null, response);
}
