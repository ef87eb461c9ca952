import { findFormat } from '../core/formats/formats';
import { bindColumns } from '../core/formats/recognition';
import { measurementReader } from '../core/rows/measurement';
import { Zone } from '../core/rows/zone';
import { RecordPacker } from '../core/stream/records';
import { columns } from '../samples/measurements';
import { gzipSync } from 'node:zlib';
const rows=85_000; const networks = ['movistar', 'orange', 'vodafone', 'yoigo'];
const fieldsOf = (n: number): string[] => {
  const two = (value: number) => String(value).padStart(2, '0');
  return [`${two(n % 24)}:${two(n % 60)}:${two((n * 7) % 60)}`,(41 + (n % 99_991) / 100_000).toFixed(5),(1 + (n % 99_989) / 100_000).toFixed(5),String(n % 32),networks[n % 4] as string,`${networks[n % 4]} ES`,'0','STATE_IN_SERVICE',((n % 900) / 10).toFixed(1),`${n % 18}.0`,`${n % 150}.0`,n % 8 ? 'gps' : 'fused','IN_VEHICLE',`${80_000 + (n % 133)}.0`];
};
const text = Array.from({ length: rows }, (_, n) => `${fieldsOf(n).join(',')}\n`).join('');
const format = findFormat('cellflow');
const time = (name: string, f: () => void) => { let best=1e9; for(let i=0;i<12;i++){ const t=process.cpuUsage(); f(); const u=process.cpuUsage(t); best=Math.min(best,(u.user+u.system)/rows*1000);} console.log(name.padEnd(30), best.toFixed(0)); };
const split = () => text.split('\n').slice(0,-1).map(l=>l.split(','));
time('split', () => { split(); });
const make = () => measurementReader({format, dialect:{delimiter:',',decimal:'.'}, columns: bindColumns('x',format,columns), width:14, day:'2026-01-01', window:{first:'2000-01-01',last:'2026-12-31'}, zone:new Zone('UTC')});
const pre = split();
const lines: string[] = [];
{ const read=make(); for(const f of pre) lines.push((read(f) as {line:string}).line); }
const flat = lines.map(l=>Buffer.from(l).toString());
time('read + split', () => { const read=make(); for(const f of split()) read(f); });
time('read + flatten + split', () => { const read=make(); let n=0; for(const f of split()) n+=Buffer.byteLength((read(f) as {line:string}).line); });
time('pack flat', () => { const p=new RecordPacker({upload:'a',chunk:0,shards:1,recordRows:2000,recordBytes:200000}); for(const l of flat) p.add(l); p.flush(); });
time('byteLength flat', () => { let n=0; for(const l of flat) n+=Buffer.byteLength(l); });
time('join+gzip', () => { for(let i=0;i<flat.length;i+=1900) gzipSync(flat.slice(i,i+1900).join('\n'),{level:1}); });
time('gzip', (()=>{ const bs: Buffer[]=[]; for(let i=0;i<flat.length;i+=1900) bs.push(Buffer.from(flat.slice(i,i+1900).join('\n'))); return ()=>{ for(const b of bs) gzipSync(b,{level:1}); }; })());
