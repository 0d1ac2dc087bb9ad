//! Parquet, as the rows of CSV that it stands for.

use super::CsvWriter;
use parquet::{
    basic::{Compression, ConvertedType, Repetition, Type as PhysicalType, ZstdLevel},
    data_type::{ByteArray, ByteArrayType, DoubleType},
    errors::ParquetError,
    file::{
        metadata::RowGroupMetaData, properties::WriterProperties, reader::FileReader,
        serialized_reader::SerializedFileReader, writer::SerializedFileWriter,
    },
    record::{Field, Row, reader::RowIter},
    schema::types::Type,
};
use std::{
    fs::File,
    io::{self, Read, Write},
    sync::Arc,
};

/// How much text is made at once.
const CHUNK_BYTES: usize = 256 << 10;

/// Rows that are held before they are written as a group.
const GROUP_ROWS: usize = 1 << 20;

/// Columns that tables of answers have.
pub(super) const READ: [&str; 9] = ["task", "worker", "label", "left", "right", "start", "end", "cost", "at_most"];

/// The text of a Parquet file: its columns as the head, a line a row. Numbers are written as short as they can be read back, what is absent
/// as an empty field, and so are columns that are passed over; a value that has parts, or a time, is an error that names the column.
pub struct ParquetRows {
    rows: RowIter<'static>,
    /// Per column of the file, whether it is read.
    read: Vec<bool>,
    text: Vec<u8>,
    from: usize,
    ended: bool,
}

impl ParquetRows {
    /// Reads the end of the file, where its columns are named.
    pub fn new(file: File) -> io::Result<Self> {
        Self::only(file, &[])
    }

    /// As [`Self::new`], of a file that has one of these columns (in lower case) those alone: others may hold anything.
    pub fn only(file: File, names: &[&str]) -> io::Result<Self> {
        let reader = SerializedFileReader::new(file).map_err(damaged)?;
        let schema = reader.metadata().file_metadata().schema_descr().root_schema().clone();
        let columns = schema.get_fields();
        let known = |name: &str| names.contains(&name.trim().to_lowercase().as_str());
        let any = columns.iter().any(|column| known(column.name()));
        let read: Vec<bool> = columns.iter().map(|column| !any || known(column.name())).collect();
        let wanted: Vec<_> =
            columns.iter().zip(&read).filter(|(_, read)| **read).map(|(column, _)| column.clone()).collect();
        packing(&reader, &wanted.iter().map(|column| column.name()).collect::<Vec<_>>())?;
        let mut head = CsvWriter::new(Vec::new());
        head.row(columns.iter().map(|column| column.name()))?;
        let wanted = Type::group_type_builder(schema.name()).with_fields(wanted).build().map_err(damaged)?;
        let rows = reader.into_iter().project(Some(wanted)).map_err(damaged)?;
        Ok(Self { rows, read, text: head.finish()?, from: 0, ended: false })
    }

    /// Makes the next rows into text.
    fn fill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.from = 0;
        let mut out = CsvWriter::new(std::mem::take(&mut self.text));
        let mut bytes = 0;
        while bytes < CHUNK_BYTES && !self.ended {
            let Some(row) = self.rows.next() else {
                self.ended = true;
                break;
            };
            let fields = fields(&row.map_err(damaged)?)?;
            bytes += fields.iter().map(|field| field.len() + 1).sum::<usize>();
            let mut fields = fields.iter().map(String::as_str);
            out.row(self.read.iter().map(|read| if *read { fields.next().unwrap_or_default() } else { "" }))?;
        }
        self.text = out.finish()?;
        Ok(())
    }
}

impl Read for ParquetRows {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.from == self.text.len() && !self.ended {
            self.fill()?;
        }
        let read = (&self.text[self.from..]).read(buffer)?;
        self.from += read;
        Ok(read)
    }
}

/// Says which packing of a column is not undone here.
fn packing(reader: &SerializedFileReader<File>, wanted: &[&str]) -> io::Result<()> {
    let groups = reader.metadata().row_groups().iter().flat_map(RowGroupMetaData::columns);
    let read = |packed: Compression| {
        matches!(packed, Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::GZIP(_) | Compression::ZSTD(_))
    };
    let top = |column: &str| wanted.contains(&column);
    for column in groups.filter(|column| column.column_path().parts().first().is_some_and(|name| top(name))) {
        let packed = column.compression();
        if !read(packed) {
            let name = packed.to_string();
            let name = name.split('(').next().unwrap_or_default();
            return Err(wrong(&format!("the Parquet file is packed with {name}; give snappy, gzip, zstd or none")));
        }
    }
    Ok(())
}

fn damaged(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(source) => io::Error::other(source),
        _ => io::Error::new(io::ErrorKind::InvalidData, "the Parquet file is damaged or of a form that is not read"),
    }
}

fn fields(row: &Row) -> io::Result<Vec<String>> {
    let text = |(name, field): (&String, &Field)| {
        Ok(match field {
            Field::Null => String::new(),
            Field::Bool(value) => value.to_string(),
            Field::Byte(value) => value.to_string(),
            Field::Short(value) => value.to_string(),
            Field::Int(value) => value.to_string(),
            Field::Long(value) => value.to_string(),
            Field::UByte(value) => value.to_string(),
            Field::UShort(value) => value.to_string(),
            Field::UInt(value) => value.to_string(),
            Field::ULong(value) => value.to_string(),
            Field::Float(value) => value.to_string(),
            Field::Double(value) => value.to_string(),
            Field::Str(value) => value.clone(),
            Field::Bytes(value) => {
                let value = std::str::from_utf8(value.data());
                value.map_err(|_| wrong(&format!("the column `{name}` holds bytes that are no text")))?.to_owned()
            }
            _ => {
                return Err(wrong(&format!(
                    "the column `{name}` is neither text nor number; leave it out of the file"
                )));
            }
        })
    };
    row.get_column_iter().map(text).collect()
}

fn wrong(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}

/// Rows into a Parquet file, by groups, packed with zstd. A column whose fields in the first group are all numbers or empty is of numbers
/// (doubles), except those that hold names; every other is text. An empty field is absent.
pub struct ParquetOut {
    file: Option<File>,
    writer: Option<SerializedFileWriter<File>>,
    head: Vec<String>,
    numbers: Vec<bool>,
    columns: Vec<Vec<String>>,
}

/// Columns that hold names even where all of them are digits.
const NAMES: [&str; 4] = ["task", "worker", "item", "label"];

impl ParquetOut {
    /// Nothing written yet.
    pub fn new(file: File) -> Self {
        Self { file: Some(file), writer: None, head: Vec::new(), numbers: Vec::new(), columns: Vec::new() }
    }

    /// One row; the first is the head.
    pub fn row<'a>(&mut self, fields: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        if self.head.is_empty() {
            self.head = fields.into_iter().map(String::from).collect();
            self.columns = vec![Vec::new(); self.head.len()];
            return Ok(());
        }
        for (column, field) in self.columns.iter_mut().zip(fields) {
            column.push(field.to_owned());
        }
        if self.columns.first().is_some_and(|column| column.len() >= GROUP_ROWS) { self.group() } else { Ok(()) }
    }

    /// Writes the rows held.
    fn group(&mut self) -> io::Result<()> {
        if let Some(file) = self.file.take() {
            let number = |field: &String| field.is_empty() || field.parse::<f64>().is_ok();
            let of_numbers =
                |(name, column): (&String, &Vec<String>)| !NAMES.contains(&name.as_str()) && column.iter().all(number);
            self.numbers = self.head.iter().zip(&self.columns).map(of_numbers).collect();
            let schema = schema(&self.head, &self.numbers).map_err(failed)?;
            let zstd = Compression::ZSTD(ZstdLevel::default());
            let properties = WriterProperties::builder().set_compression(zstd).build();
            let writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties));
            self.writer = Some(writer.map_err(failed)?);
        }
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let mut group = writer.next_row_group().map_err(failed)?;
        let mut columns = self.columns.iter_mut().zip(&self.numbers);
        while let Some(mut out) = group.next_column().map_err(failed)? {
            let Some((fields, number)) = columns.next() else { break };
            let levels: Vec<i16> = fields.iter().map(|field| i16::from(!field.is_empty())).collect();
            let given = fields.drain(..).filter(|field| !field.is_empty());
            if *number {
                let values: Result<Vec<f64>, _> = given.map(|field| field.parse()).collect();
                let values = values.map_err(|_| wrong("a column of numbers has a text further down"))?;
                out.typed::<DoubleType>().write_batch(&values, Some(&levels), None).map_err(failed)?;
            } else {
                let values: Vec<ByteArray> = given.map(|field| ByteArray::from(field.into_bytes())).collect();
                out.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None).map_err(failed)?;
            }
            out.close().map_err(failed)?;
        }
        group.close().map_err(failed)?;
        Ok(())
    }

    /// Writes what is left and the end of the file.
    pub fn finish(mut self) -> io::Result<()> {
        self.group()?;
        let Some(writer) = self.writer else { return Ok(()) };
        writer.into_inner().map_err(failed)?.flush()
    }
}

/// Columns of these names, each of numbers or of text, all of which may be absent.
fn schema(head: &[String], numbers: &[bool]) -> Result<Type, ParquetError> {
    let columns = head.iter().zip(numbers).map(|(name, number)| {
        let column = if *number {
            Type::primitive_type_builder(name, PhysicalType::DOUBLE)
        } else {
            Type::primitive_type_builder(name, PhysicalType::BYTE_ARRAY).with_converted_type(ConvertedType::UTF8)
        };
        column.with_repetition(Repetition::OPTIONAL).build().map(Arc::new)
    });
    Type::group_type_builder("rows").with_fields(columns.collect::<Result<_, _>>()?).build()
}

fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(source) => io::Error::other(source),
        error => io::Error::other(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::{Answers, Rows};

    fn file() -> File {
        tempfile::tempfile().expect("a file")
    }

    fn written(rows: &[&[&str]]) -> File {
        let file = file();
        let mut out = ParquetOut::new(file.try_clone().expect("a handle"));
        for row in rows {
            out.row(row.iter().copied()).expect("room");
        }
        out.finish().expect("room");
        file
    }

    #[test]
    fn what_was_written_is_read_again_as_answers() {
        let rows: &[&[&str]] =
            &[&["task", "worker", "label", "seconds"], &["1", "a", "yes, \"so\"", "2.5"], &["10", "b", "no", ""]];
        let mut text = String::new();
        ParquetRows::new(written(rows)).expect("whole").read_to_string(&mut text).expect("text");
        assert_eq!(text, "task,worker,label,seconds\n1,a,\"yes, \"\"so\"\"\",2.5\n10,b,no,\n");
        let answers = Answers::read(ParquetRows::new(written(rows)).expect("whole"), |_| ()).expect("answers");
        assert_eq!(answers.tasks, ["1".into(), "10".into()]);
        assert!(matches!(&answers.rows, Rows::Labels(rows) if rows.len() == 2));
        let reader = SerializedFileReader::new(written(rows)).expect("whole");
        let kinds: Vec<String> = reader
            .metadata()
            .file_metadata()
            .schema_descr()
            .columns()
            .iter()
            .map(|c| c.physical_type().to_string())
            .collect();
        assert_eq!(kinds, ["BYTE_ARRAY", "BYTE_ARRAY", "BYTE_ARRAY", "DOUBLE"]);
    }

    /// One row of three texts and a column that is no text, packed in a way.
    fn packed(packed: Compression) -> File {
        let file = file();
        let text = |name| {
            Type::primitive_type_builder(name, PhysicalType::BYTE_ARRAY).with_repetition(Repetition::REQUIRED).build()
        };
        let time =
            Type::primitive_type_builder("at", PhysicalType::INT96).with_repetition(Repetition::REQUIRED).build();
        let fields = ["task", "worker", "label"]
            .map(text)
            .into_iter()
            .chain([time])
            .map(|field| Arc::new(field.expect("a column")));
        let schema = Type::group_type_builder("rows").with_fields(fields.collect()).build().expect("a schema");
        let properties = WriterProperties::builder().set_compression(packed).build();
        let mut writer =
            SerializedFileWriter::new(file.try_clone().expect("a handle"), Arc::new(schema), Arc::new(properties))
                .expect("room");
        let mut group = writer.next_row_group().expect("room");
        for cell in ["t", "w", "yes"] {
            let mut column = group.next_column().expect("room").expect("a column");
            column.typed::<ByteArrayType>().write_batch(&[ByteArray::from(cell)], None, None).expect("room");
            column.close().expect("room");
        }
        let mut column = group.next_column().expect("room").expect("a column");
        column
            .typed::<parquet::data_type::Int96Type>()
            .write_batch(&[parquet::data_type::Int96::new()], None, None)
            .expect("room");
        column.close().expect("room");
        group.close().expect("room");
        writer.close().expect("room");
        file
    }

    #[test]
    fn columns_that_nobody_asks_for_are_passed_over_however_packed() {
        let gzip = parquet::basic::GzipLevel::default();
        for packing in [Compression::GZIP(gzip), Compression::SNAPPY, Compression::UNCOMPRESSED] {
            let mut text = String::new();
            ParquetRows::only(packed(packing), &READ).expect("whole").read_to_string(&mut text).expect("text");
            assert_eq!(text, "task,worker,label,at\nt,w,yes,\n");
        }
    }

    #[test]
    fn what_is_damaged_is_said_to_be() {
        let mut torn = file();
        torn.write_all(b"PAR1 and nothing of the kind").expect("room");
        let told = ParquetRows::new(torn).err().expect("damaged").to_string();
        assert_eq!(told, "the Parquet file is damaged or of a form that is not read");
    }
}
