"""The engine of documents: fields, elements, the reader, the writer, schemas, differences."""
