const pulumi = require("@pulumi/pulumi");
const { loadRegistries, PullThroughCache } = require("pulumi-pull-through-cache");

const config = new pulumi.Config();

const publicCache = new PullThroughCache("public", { registriesFile: "public.yaml" });

const companyCache = new PullThroughCache("company", {
  registries: {
    ...loadRegistries("company.yaml"),
    // Each stack has its own Azure registry, which a file cannot express.
    azure: { registry: config.require("azureRegistry"), prefix: "company/azure" },
  },
});

exports.urls = pulumi.all([publicCache.urls, companyCache.urls]).apply((maps) => Object.assign({}, ...maps));
