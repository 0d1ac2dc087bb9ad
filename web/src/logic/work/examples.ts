// Schemas to begin with, each with a row to try it on. Our own; a project changes them as it likes.

import type { Template } from '../../api/types.ts';

export type Example = { key: string; title: string; says: string; template: Template; row: unknown };

export const examples: Example[] = [
  {
    key: 'preference',
    title: 'Preference between two answers',
    says: 'A prompt, two answers in an order of chance, which is better and why.',
    template: {
      schema_version: '1',
      task_type: 'pairwise_preference',
      name: 'preference',
      fields: [
        { name: 'prompt', type: 'markdown', source: '/prompt', required: true },
        {
          name: 'answers',
          type: 'candidates',
          blind: true,
          shuffle: true,
          format: 'markdown',
          source: {
            fixed: [
              { id: 'first', content: '/first' },
              { id: 'second', content: '/second' },
            ],
          },
        },
      ],
      questions: [
        {
          name: 'preferred',
          type: 'pairwise',
          title: 'Which answer is better?',
          on: 'answers',
          required: true,
          allow_tie: true,
          strength: 3,
        },
        { name: 'reason', type: 'text', title: 'Why?', required: true, validation: { min_length: 30 } },
      ],
      distribution: { strategy: 'overlap', min_submitted: 2, review_rate: 0.2 },
      export: { trl: 'preference', drop_ties: true },
    },
    row: {
      prompt: 'Why does ice float on water?',
      first:
        'Water is densest near 4 °C; ice holds its molecules in an open lattice, so a given mass takes more room.',
      second: 'Because ice is colder than water, and cold things are lighter.',
    },
  },
  {
    key: 'labels',
    title: 'Labels on a text',
    says: 'One text, one label out of a few, and how sure one is.',
    template: {
      schema_version: '1',
      task_type: 'classification',
      name: 'labels',
      fields: [{ name: 'text', type: 'text', source: '/text', required: true }],
      questions: [
        {
          name: 'verdict',
          type: 'label',
          title: 'Does the text support the claim?',
          required: true,
          options: [
            { value: 'supported', title: 'Supported' },
            { value: 'contradicted', title: 'Contradicted' },
            { value: 'neither', title: 'Neither' },
          ],
          cannot_assess: true,
        },
        {
          name: 'confidence',
          type: 'rating',
          title: 'How sure are you?',
          options: [{ value: 1 }, { value: 2 }, { value: 3 }, { value: 4 }, { value: 5 }],
        },
      ],
      distribution: { strategy: 'overlap', min_submitted: 3 },
    },
    row: { text: 'The trial enrolled 41 patients and had no control arm. The treatment halves mortality.' },
  },
  {
    key: 'passages',
    title: 'Marked passages',
    says: 'A longer text in which passages are marked and named; they may overlap.',
    template: {
      schema_version: '1',
      task_type: 'span_annotation',
      name: 'passages',
      fields: [{ name: 'document', type: 'text', source: '/document', required: true }],
      questions: [
        {
          name: 'marks',
          type: 'span',
          title: 'Mark every claim and its evidence',
          on: 'document',
          allow_overlapping: true,
          options: [
            { value: 'claim', title: 'Claim' },
            { value: 'evidence', title: 'Evidence' },
            { value: 'hedge', title: 'Hedge' },
          ],
        },
      ],
      distribution: { strategy: 'overlap', min_submitted: 2, review_rate: 0.5 },
    },
    row: {
      document:
        'The compound probably slows the reaction. In three of four assays the rate fell by a fifth, and in none did it rise.',
    },
  },
  {
    key: 'rubric',
    title: 'Grading by a rubric',
    says: 'An answer against weighted criteria of its own, met or not met, with reasons.',
    template: {
      schema_version: '1',
      task_type: 'rubric',
      name: 'rubric',
      fields: [
        { name: 'prompt', type: 'markdown', source: '/prompt', required: true },
        { name: 'answer', type: 'markdown', source: '/answer', required: true },
        {
          name: 'criteria',
          type: 'criteria',
          source: { list: '/criteria', content: '/text', points: '/points' },
        },
      ],
      questions: [
        {
          name: 'scores',
          type: 'rubric_scores',
          title: 'Which criteria are met?',
          options_from: 'criteria',
          required: true,
          cannot_assess: true,
        },
      ],
      distribution: { strategy: 'overlap', min_submitted: 2 },
    },
    row: {
      prompt: 'A patient on warfarin asks whether he may take ibuprofen.',
      answer:
        'Better not: together they raise the risk of bleeding. Paracetamol is usually preferred; ask your physician.',
      criteria: [
        { text: 'Names the raised risk of bleeding', points: 5 },
        { text: 'Names an alternative', points: 3 },
        { text: 'Tells him to stop warfarin on his own', points: -8 },
      ],
    },
  },
  {
    key: 'writing',
    title: 'A written answer',
    says: 'A prompt, and the answer an expert would give.',
    template: {
      schema_version: '1',
      task_type: 'demonstration',
      name: 'writing',
      fields: [{ name: 'prompt', type: 'markdown', source: '/prompt', required: true }],
      questions: [
        {
          name: 'answer',
          type: 'text',
          title: 'Write the answer you would give',
          required: true,
          validation: { min_length: 100 },
          cannot_assess: true,
        },
      ],
      distribution: { strategy: 'overlap', min_submitted: 1, review_rate: 1 },
    },
    row: { prompt: 'Explain to a first-year student why $\\sqrt{2}$ is irrational.' },
  },
];
