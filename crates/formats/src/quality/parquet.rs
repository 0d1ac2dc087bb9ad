//! Parquet, as the rows of CSV that it stands for.

use super::CsvWriter;
use parquet::{
    basic::{Compression, ConvertedType, Repetition, Type as PhysicalType, ZstdLevel},
    data_type::{ByteArray, ByteArrayType, DoubleType},
    errors::ParquetError,
    file::{
        properties::WriterProperties, reader::FileReader, serialized_reader::SerializedFileReader,
        writer::SerializedFileWriter,
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

/// The text of a Parquet file: its columns as the head, a line a row. Numbers are written as short as they can be read back, what is absent
/// as an empty field; a value that has parts, or a time, is an error that names the column.
pub struct ParquetRows {
    rows: RowIter<'static>,
    text: Vec<u8>,
    from: usize,
    ended: bool,
}

impl ParquetRows {
    /// Reads the end of the file, where its columns are named.
    pub fn new(file: File) -> io::Result<Self> {
        let reader = SerializedFileReader::new(file).map_err(damaged)?;
        let columns = reader.metadata().file_metadata().schema_descr().root_schema().get_fields().to_vec();
        let mut head = CsvWriter::new(Vec::new());
        head.row(columns.iter().map(|column| column.name()))?;
        Ok(Self { rows: reader.into_iter(), text: head.finish()?, from: 0, ended: false })
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
            out.row(fields.iter().map(String::as_str))?;
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

    #[test]
    fn what_is_damaged_is_said_to_be() {
        let mut torn = file();
        torn.write_all(b"PAR1 and nothing of the kind").expect("room");
        let told = ParquetRows::new(torn).err().expect("damaged").to_string();
        assert_eq!(told, "the Parquet file is damaged or of a form that is not read");
    }
}
