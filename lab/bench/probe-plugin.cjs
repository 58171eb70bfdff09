"use strict";
// Loaded into the plugin by NODE_OPTIONS. Records the processor time used so far when the plugin listens, when it gets the
// request for a component, when it registers the component and its first resource, and when it has answered.
const fs = require("node:fs");
const Module = require("node:module");

const noted = {};

function note(name) {
  const { user, system } = process.cpuUsage();
  noted[name] ??= (user + system) / 1000;
}

function probeServer({ prototype }) {
  const { addService, bindAsync } = prototype;
  prototype.addService = function (service, implementation) {
    const { construct } = implementation;
    if (construct) {
      implementation.construct = (call, answer) => {
        note("construct");
        return construct.call(implementation, call, answering(answer));
      };
    }
    return addService.call(this, service, implementation);
  };
  prototype.bindAsync = function (address, credentials, bound) {
    return bindAsync.call(this, address, credentials, (...result) => {
      note("listening");
      bound(...result);
    });
  };
}

function answering(answer) {
  return (...answered) => {
    note("answered");
    const memoryMiB = process.memoryUsage().rss / 2 ** 20;
    fs.appendFileSync(process.env.BENCH_PROBE, `${JSON.stringify({ ...noted, memoryMiB })}\n`);
    answer(...answered);
  };
}

function probeMonitor({ prototype }) {
  const { registerResource } = prototype;
  prototype.registerResource = function (...args) {
    note("component" in noted ? "child" : "component");
    return registerResource.apply(this, args);
  };
}

const PROBES = [
  [/^@grpc\/grpc-js$/, ({ Server }) => probeServer(Server)],
  [/resource_grpc_pb$/, ({ ResourceMonitorClient }) => probeMonitor(ResourceMonitorClient)],
];

if (process.argv[1]?.includes("run-plugin")) {
  const load = Module._load;
  const seen = new Set();
  Module._load = (request, ...rest) => {
    const loaded = load(request, ...rest);
    for (const [name, probe] of PROBES) {
      if (!name.test(request) || seen.has(loaded)) continue;
      seen.add(loaded);
      probe(loaded);
    }
    return loaded;
  };
}
