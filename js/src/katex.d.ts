declare module "katex/dist/katex.min.css" {
  const css: string;
  export default css;
}
