"""The benchmark of issue "ten years of months": what is measured stands in docs/scale.md."""
