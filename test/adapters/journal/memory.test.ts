import { memoryJournal } from "../../../lib/adapters/journal/memory.js";
import { journalContract } from "../../contracts/journal.js";

journalContract(async () => memoryJournal());
