import { writeDocuments } from './documents';

/** `npm run contract`: brings the tables of the documents up to the contract. */
writeDocuments(process.cwd());
