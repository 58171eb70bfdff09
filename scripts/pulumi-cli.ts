// Gets the Pulumi CLI that the engine tests need, which has no time limit as tests have: building it takes minutes.
import { prepareToolchain } from "../local/pulumi-cli";

void prepareToolchain({ log: console.log }).then(({ version }) => console.log(`Pulumi CLI ${version}`));
