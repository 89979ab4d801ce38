/** Files of HCL as settings: what is constant, what is not, and what cannot be read. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how such files write what is worked out
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { hclSettings } from "../src/support/hcl.ts";

const read = (text: string): string[] =>
  hclSettings(text).map(({ keys, value, line }) => `${line} ${keys.join(".")} = ${value}`);

test("blocks, labels and lists become keys; what is worked out is given as it is written", () => {
  const text = `
# a comment
resource "aws_security_group" "web" {
  vpc_id = aws_vpc.main.id // another
  ingress {
    from_port   = 22 /* and
    another */
    cidr_blocks = ["10.0.0.0/8", var.office]
  }
  ingress {
    from_port = var.open ? 1 : 2
    lists     = concat(["a"], [for x in var.y : upper(x)])
  }
  dynamic "egress" {
    for_each = { for k, v in var.z : k => v if v != null }
    content { to_port = -1 }
  }
}
locals { text = "a \${var.x["k"]} \\"b\\"" }
`;
  expect(read(text)).toEqual([
    "4 resource.aws_security_group.web.vpc_id = ${aws_vpc.main.id}",
    "6 resource.aws_security_group.web.ingress.0.from_port = 22",
    "8 resource.aws_security_group.web.ingress.0.cidr_blocks.0 = 10.0.0.0/8",
    "8 resource.aws_security_group.web.ingress.0.cidr_blocks.1 = ${var.office}",
    "11 resource.aws_security_group.web.ingress.1.from_port = ${var.open ? 1 : 2}",
    '12 resource.aws_security_group.web.ingress.1.lists = ${concat(["a"], [for x in var.y : upper(x)])}',
    "15 resource.aws_security_group.web.dynamic.egress.for_each = ${{ for k, v in var.z : k => v if v != null }}",
    "16 resource.aws_security_group.web.dynamic.egress.content.0.to_port = -1",
    '19 locals.0.text = a ${var.x["k"]} \\"b\\"',
  ]);
});

test("a policy is read where it is an object made into JSON and where it is a text of JSON", () => {
  const text = `
resource "aws_iam_policy" "a" {
  policy = jsonencode({
    Statement = [{ Sid = "read", Action = ["s3:GetObject"] }, { "Action" : "sqs:*" }]
  })
}
resource "aws_iam_policy" "b" {
  policy = <<-EOT
  {
    "Statement": [{ "Action": "*" }]
  }
  EOT
  name = "b"
}
`;
  expect(read(text)).toEqual([
    "4 resource.aws_iam_policy.a.policy.Statement.read.Sid = read",
    "4 resource.aws_iam_policy.a.policy.Statement.read.Action.0 = s3:GetObject",
    "4 resource.aws_iam_policy.a.policy.Statement.1.Action = sqs:*",
    "10 resource.aws_iam_policy.b.policy.Statement.0.Action = *",
    "13 resource.aws_iam_policy.b.name = b",
  ]);
});

test("a file that ends in the middle has no settings", () => {
  for (const text of ['a = "b', "a {\n b = 1", "a = [1,", "a = <<EOT\nb", "}", "a = /* b", '"'])
    expect(read(text)).toEqual([]);
});

test("any text is read or is not, and nothing is thrown", () => {
  const piece = fc.constantFrom(
    "a",
    "=",
    "{",
    "}",
    "[",
    "]",
    '"',
    "(",
    ")",
    "\n",
    " ",
    "<<E\n",
    "E\n",
    "$" + "{",
    "#",
    "/*",
    "1",
    ",",
    "\\",
    ":",
    "for ",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      expect(Array.isArray(hclSettings(pieces.join("")))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
