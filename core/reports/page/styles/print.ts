/** On paper: black on white, all that is folded open, no controls, tables cut short with their heading on each page. */
const print = `
@media print{
@page{margin:1.4cm}
:root{--ground:#fff}
body{font-size:10pt}
a{color:inherit;text-decoration:none}
nav,.skip,.csv,.files,footer a,.tip,.tools label,.tool,.fold::after,.sort::after{display:none!important}
.top>div,.layout,footer dl{padding-left:0;padding-right:0;max-width:none}
.layout{padding-top:1rem;display:block}
main{padding:0}
.part,.findings{border:0;border-top:1px solid var(--axis);border-radius:0;padding:.9rem 0;margin:0}
.part>header,.question,.basis,figure,.figures,.rejections,.nothing,.reading,.known tr{break-inside:avoid}
.part>header,.question,.basis,figcaption,.legend{break-after:avoid}
.body[hidden]{display:block;content-visibility:visible}
.figures{grid-template-columns:repeat(auto-fit,minmax(3cm,1fr));gap:1rem}
.figures strong{font-size:16pt}
figure{margin-top:.75rem}
.one .wide{max-width:none}
.panels{grid-template-columns:repeat(2,1fr)}
.table,.table.long{height:auto;overflow:visible;border:0;margin-top:.6rem;background:none;content-visibility:visible}
.table table{width:100%}
.table thead{display:table-header-group}
.table thead th,.table th:first-child{position:static;background:none}
.table thead th{min-width:0;max-width:none;box-shadow:none;border-bottom:1px solid var(--axis)}
.sort{display:contents}
.table tbody th:first-child{min-width:2.8cm}
.table td,.table th{padding:.15rem .3rem;font-size:7pt;line-height:1.3;max-width:none;overflow-wrap:break-word}
.table tr{break-inside:avoid}
.table tbody tr:nth-child(n+26 of :not([hidden])){display:none}
.file-list::details-content{content-visibility:visible;display:block}
.tools{display:block;min-height:0;margin-top:.4rem;font-size:8pt}
.tools+.table{margin-top:.2rem}
.print-only{display:block}
}
`;

export { print };
