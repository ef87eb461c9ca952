/** The contents: above the reports on phones, beside them on wide screens. */
const contents = `
.layout{padding-top:2rem;padding-bottom:3rem}
nav{font-size:.9375rem;margin-bottom:2rem}
nav h2{font-size:.8125rem;font-weight:600;color:var(--soft);margin:0 0 .5rem;letter-spacing:0}
nav ol{list-style:none;margin:0;padding:0;columns:17rem 3;column-gap:2rem}
nav ol+ol{margin-top:.6rem}
nav li{break-inside:avoid;padding:.2rem 0}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
nav [aria-current]{color:var(--ink);font-weight:640}
nav .soft,.tag{font-size:.8125rem}
nav .tool{margin-top:1rem}
.tag{color:var(--warn);font-weight:600}
main{min-width:0}
@media screen and (min-width:72rem){
.layout{display:grid;grid-template-columns:13.5rem minmax(0,1fr);gap:2rem}
nav{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;margin:0;padding:1.5rem .25rem}
.layout{padding-top:.5rem}
main{padding-top:1.5rem}
nav ol{columns:auto}
nav li{padding:.2rem 0 .2rem .75rem;border-left:2px solid var(--rule)}
nav li:has([aria-current]){border-color:var(--link)}
}
`;

export { contents };
