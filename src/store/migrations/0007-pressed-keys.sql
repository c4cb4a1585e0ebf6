-- Every key that the callee pressed in a call, in order: `dtmf` of its VoiceReport. NULL: none.

ALTER TABLE call_records ADD COLUMN keys text;
