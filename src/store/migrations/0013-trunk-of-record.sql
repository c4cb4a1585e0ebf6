-- By which trunk each leg of a call left: for the bill of its carrier. NULL: it was not dialled.

ALTER TABLE call_records
  ADD COLUMN trunk        text,
  ADD COLUMN callee_trunk text;
