// What the bench has to begin with. The first is the example of the repository, as it stands there.
import firstKey from "../../../examples/first_key.py?raw";
import deletion from "./scripts/deletion.py?raw";
import denied from "./scripts/denied.py?raw";
import envelope from "./scripts/envelope.py?raw";
import rotation from "./scripts/rotation.py?raw";

export interface Script {
  readonly id: string;
  readonly title: string;
  readonly source: string;
}

export const SCRIPTS: readonly [Script, ...Script[]] = [
  { id: "denied", title: "Bob is refused", source: denied },
  { id: "deletion", title: "The end of a key", source: deletion },
  { id: "rotation", title: "A year of rotations", source: rotation },
  { id: "envelope", title: "A message and its data key", source: envelope },
  { id: "first-key", title: "A first key: the whole lesson", source: firstKey },
];
