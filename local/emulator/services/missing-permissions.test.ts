import { allow, type Keys, refused, TestCloud, trust } from "../testing/support";

const Tags = [{ Key: "team", Value: "a" }];

describe("emulator: a permission that a call needs for its tags", () => {
  const cloud = TestCloud.forSuite();

  const RoleName = "deployer";

  const allowOnly = (...actions: string[]) => {
    const PolicyDocument = allow(actions, { Resource: "*" });
    return cloud.iam().putRolePolicy({ RoleName, PolicyName: "all", PolicyDocument });
  };

  const CALLS: readonly {
    needs: readonly [action: string, forTags: string];
    exception: string;
    call(keys: Keys): Promise<unknown>;
  }[] = [
    {
      needs: ["secretsmanager:CreateSecret", "secretsmanager:TagResource"],
      exception: "AccessDeniedException",
      call: (keys) => cloud.secrets({ keys }).createSecret({ Name: "a", Tags }),
    },
    {
      needs: ["events:PutRule", "events:TagResource"],
      exception: "AccessDeniedException",
      call: (keys) => cloud.events({ keys }).putRule({ Name: "a", EventPattern: '{"source":["aws.ecr"]}', Tags }),
    },
    {
      needs: ["sns:CreateTopic", "sns:TagResource"],
      exception: "AuthorizationErrorException",
      call: (keys) => cloud.sns({ keys }).createTopic({ Name: "a", Tags }),
    },
    {
      needs: ["iam:CreateRole", "iam:TagRole"],
      exception: "AccessDenied",
      call: (keys) =>
        cloud.iam({ keys }).createRole({ RoleName: "a", AssumeRolePolicyDocument: trust({ AWS: "*" }), Tags }),
    },
  ];
  for (const {
    needs: [action, forTags],
    exception,
    call,
  } of CALLS) {
    it(`is missed in ${action} with the service's own exception`, async () => {
      const { Role } = await cloud.iam().createRole({ RoleName, AssumeRolePolicyDocument: trust({ AWS: "*" }) });
      const keys = await cloud.assume(Role?.Arn ?? "");
      await allowOnly(action);
      const message = new RegExp(`is not authorized to perform: ${forTags} on resource: arn:aws:`);
      await refused(call(keys), exception, message);
      await allowOnly(action, forTags);
      await call(keys);
    });
  }
});
