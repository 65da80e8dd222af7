/** Measures one row in this process, which run-bench.ts started for it, and hands over the findings. */
import { MEASUREMENTS } from './measurements.js';

const [name = '', effort] = process.argv.slice(2);
const measure = MEASUREMENTS.find((entry) => entry.name === name)?.measure;
if (measure === undefined) throw new Error(`There is no row "${name}"`);
const findings = await measure({ isQuick: effort === 'quick' });
if (process.send) process.send(findings, () => process.exit());
else console.log(findings);
